"""The same acts without a screen: counter, paper, telephone. Made from the registry alone, so that no act lacks one."""
