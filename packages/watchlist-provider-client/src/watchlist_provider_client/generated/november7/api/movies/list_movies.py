from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.movie_page import MoviePage
from ...models.refusal import Refusal
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    skip: int | Unset = 0,
    limit: int | Unset = 10,
    query: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["skip"] = skip

    params["limit"] = limit

    params["query"] = query

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/movies/",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MoviePage | Refusal | None:
    if response.status_code == 200:
        response_200 = MoviePage.from_dict(response.json())

        return response_200

    if response.status_code == 422:
        response_422 = Refusal.from_dict(response.json())

        return response_422

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[MoviePage | Refusal]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    skip: int | Unset = 0,
    limit: int | Unset = 10,
    query: str | Unset = UNSET,
) -> Response[MoviePage | Refusal]:
    """List the movies, or those that match a query.

    Args:
        skip (int | Unset):  Default: 0.
        limit (int | Unset):  Default: 10.
        query (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MoviePage | Refusal]
    """

    kwargs = _get_kwargs(
        skip=skip,
        limit=limit,
        query=query,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    skip: int | Unset = 0,
    limit: int | Unset = 10,
    query: str | Unset = UNSET,
) -> MoviePage | Refusal | None:
    """List the movies, or those that match a query.

    Args:
        skip (int | Unset):  Default: 0.
        limit (int | Unset):  Default: 10.
        query (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MoviePage | Refusal
    """

    return sync_detailed(
        client=client,
        skip=skip,
        limit=limit,
        query=query,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    skip: int | Unset = 0,
    limit: int | Unset = 10,
    query: str | Unset = UNSET,
) -> Response[MoviePage | Refusal]:
    """List the movies, or those that match a query.

    Args:
        skip (int | Unset):  Default: 0.
        limit (int | Unset):  Default: 10.
        query (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MoviePage | Refusal]
    """

    kwargs = _get_kwargs(
        skip=skip,
        limit=limit,
        query=query,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    skip: int | Unset = 0,
    limit: int | Unset = 10,
    query: str | Unset = UNSET,
) -> MoviePage | Refusal | None:
    """List the movies, or those that match a query.

    Args:
        skip (int | Unset):  Default: 0.
        limit (int | Unset):  Default: 10.
        query (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MoviePage | Refusal
    """

    return (
        await asyncio_detailed(
            client=client,
            skip=skip,
            limit=limit,
            query=query,
        )
    ).parsed
