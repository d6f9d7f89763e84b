"""QR codes as one vector path, for the PDF and for pages."""

import segno


def path(url: str) -> tuple[str, int]:
    """The SVG path of a QR code, one unit a module, and the number of modules on a side, without a border.

    In capitals, which a QR code holds in fewer modules.
    """
    code = segno.make(url.upper(), error="m", boost_error=False, micro=False)
    size = int(code.symbol_size(border=0)[0])
    runs = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < size:
            if row[x]:
                start = x
                while x < size and row[x]:
                    x += 1
                runs.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            else:
                x += 1
    return "".join(runs), size
