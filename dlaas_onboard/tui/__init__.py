"""The Textual app: a rail of steps, a pane for each, dialogs, one look."""
