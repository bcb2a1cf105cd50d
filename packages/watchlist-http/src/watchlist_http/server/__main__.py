from watchlist_http.server.cli import main

main()
