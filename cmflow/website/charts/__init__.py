"""Charts as the numbers of SVG shapes. Templates draw them and style.css colours them: no script, no inline style."""
