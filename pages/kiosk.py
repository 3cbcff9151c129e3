"""キオスク Kiosk: the story of the area, played by itself, stopped at a touch."""

from layers import session
from layers.entry import through_app
from layers.kiosk import page as kiosk_page
from layers.upload.dataset import catalogue_of

through_app()
kiosk_page.mount_shell()
with kiosk_page.undisturbed():
    dataset = session.dataset(kiosk_page.area_told(session.current().area))
    kiosk_page.kiosk(dataset, catalogue_of(dataset), lang=session.current().lang)
