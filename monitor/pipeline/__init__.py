"""What happens to one thing on its way from feed to receipt."""
