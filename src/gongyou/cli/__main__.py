from gongyou.cli.main import main

main()
