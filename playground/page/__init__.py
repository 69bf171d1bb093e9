"""The page: windows onto the world, what people do there, the inspector. No API of Discord's."""
