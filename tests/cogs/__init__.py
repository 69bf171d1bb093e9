"""Commands, buttons, forms and menus, used by people of the playground."""
