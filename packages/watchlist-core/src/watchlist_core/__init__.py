"""Movie watchlists as a domain: entities, ports and use cases, and no framework.

Each capability is a package of its own (``watchlist_core.catalogue``, ``.watching``, ``.rating``,
``.auth``); what they share stands in ``ids``, ``errors``, ``work``, ``paging`` and ``money``.
"""

__all__: list[str] = []
