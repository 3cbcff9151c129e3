"""The computing core of Meguri: at which scale does each resource of a place cycle?

Imports neither streamlit nor folium, so that a notebook or the command line can use it alone.
"""
