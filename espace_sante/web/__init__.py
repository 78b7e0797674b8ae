"""The pages of the portal: what people see, in plain HTML. Decides nothing: every effect goes through an act."""
