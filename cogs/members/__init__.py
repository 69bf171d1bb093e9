"""What everybody uses: mentions, menus, counts and use. Nothing that changes what holds for others."""
