"""Contains all the data models used in inputs/outputs"""

from .complaint import Complaint
from .movie import Movie
from .movie_page import MoviePage
from .refusal import Refusal

__all__ = (
    "Complaint",
    "Movie",
    "MoviePage",
    "Refusal",
)
