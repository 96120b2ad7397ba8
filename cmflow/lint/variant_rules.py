"""Every rule for what one account would show of a post."""

from cmflow.lint import feature_rules, link_rules, media_rules, text_rules

RULES = text_rules.RULES + link_rules.RULES + media_rules.RULES + feature_rules.RULES
