"""このアプリについて About: what was checked for accessibility, the keyboard, what stands in this version."""

from layers.about import page as about_page
from layers.entry import through_app

through_app()
about_page.opening()
about_page.statement()
about_page.keyboard()
about_page.versions()
