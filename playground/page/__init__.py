"""The page: tabs that show the world, what people do there, the inspector. No API of Discord's."""
