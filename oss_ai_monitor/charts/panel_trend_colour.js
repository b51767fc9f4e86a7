// Gives the trend the colour of the panel's title, which the page's theme sets: dark on light and light on dark.
line.setv({line_color: title.text_color?.value ?? title.text_color}, {sync: false})
