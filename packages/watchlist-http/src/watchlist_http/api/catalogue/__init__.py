"""The movies there are, and their genres: everybody may look, moderators look after them."""
