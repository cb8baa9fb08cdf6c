"""The connection doctor: tests what messages need on their way, and says in a sentence what to do.

``outcomes`` holds every test and every way in which it can come out, in words. ``near`` finds what our own rows tell,
``far`` what needs the network, ``services`` keeps what they found, ``reads`` hands it out.
"""
