"""Log and tenant files in every form administrators have them, read into entra's nouns."""
