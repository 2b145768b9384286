"""What letters say: mails to an address that is not, or not yet, an account's own, or that no preference holds back."""
