import socket

from watchlist_http.server.refused import StartRefused

__all__ = ["address_of", "bound_socket", "port_of"]


def bound_socket(host: str, port: int) -> socket.socket:
    """Return a socket that has its address and does not listen yet.

    So a taken port is told at once, and nobody connects to a server that may not come up.

    Raises:
        StartRefused: The name is unknown or the port taken.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            # Without it, the port of a server that was just ended stays taken for a minute.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise StartRefused(f"cannot listen on {host}, port {port}: {reason}") from error
    return listener


def port_of(listener: socket.socket) -> int:
    """Return the port that it has, whichever was asked for."""
    port: int = listener.getsockname()[1]
    return port


def address_of(listener: socket.socket) -> str:
    """Return the address to type into a browser on this machine."""
    host = listener.getsockname()[0]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port_of(listener)}"
