"""What the rules' screens read: drafts and publications, a year simulated, and whom publishing would touch."""
