"""The real bot in the playground, in the browser or in the terminal. Nothing that a bot on Discord needs."""
