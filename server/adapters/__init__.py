"""What reaches outside: mail, push, the clock; each a contract and its real side."""
