"""How bounces and complaints reach somebody: the path, the topic's policy, and the proof."""
