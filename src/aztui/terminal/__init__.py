"""What comes from and goes to the terminal."""
