namespace Marketplace.Host;

/// <summary>
/// Our own display capitals, drawn as centre lines in a box of height 1 (0 top, 1 base line) and width 1.
/// "width sides | strokes": sides say how the letter meets its neighbours (s straight, r round, o open).
/// M starts a stroke with full ends cut at cap height and base line, m one with blunt ends left uncut;
/// L is a line, H and V a quarter of an ellipse leaving horizontally or vertically, Q a quadratic, Z closes.
/// One skeleton serves every weight and width, which is what lets ten records share a face yet not a voice.
/// </summary>
internal static class LetterForms
{
    private const string Bowl = "m.5 0 H1 .5 V.5 1 H0 .5 V.5 0 Z";
    private const string Unknown = "0.2 oo|m.5 .4 L.5 .6";

    private static readonly Dictionary<char, string> Forms = new()
    {
        [' '] = "0.28 ss|",
        ['A'] = "0.86 oo|M0 1 L.5 0 L1 1 m.19 .66 L.81 .66",
        ['B'] = "0.66 sr|M0 0 L0 1 m0 0 L.5 0 H.93 .24 V.5 .48 L0 .48 m0 1 L.54 1 H1 .74 V.54 .48 L.3 .48",
        ['C'] = "0.76 ro|m1 .27 V.5 0 H0 .5 V.5 1 H1 .73",
        ['D'] = "0.76 sr|M0 0 L0 1 m0 0 L.4 0 H1 .5 V.4 1 L0 1",
        ['E'] = "0.56 so|M0 0 L0 1 M0 0 L1 0 M0 .49 L.9 .49 M0 1 L1 1",
        ['F'] = "0.54 so|M0 0 L0 1 M0 0 L1 0 M0 .51 L.88 .51",
        ['G'] = "0.8 rs|m1 .25 V.5 0 H0 .5 V.5 1 H1 .6 L1 .56 M.62 .54 L1 .54",
        ['H'] = "0.72 ss|M0 0 L0 1 M1 0 L1 1 m0 .49 L1 .49",
        ['I'] = "0 ss|M.5 0 L.5 1",
        ['J'] = "0.52 os|M1 0 L1 .64 V.5 1 H0 .68",
        ['K'] = "0.74 so|M0 0 L0 1 M.96 0 L.02 .62 M.36 .4 L1 1",
        ['L'] = "0.54 so|M0 0 L0 1 L1 1",
        ['M'] = "0.96 ss|M0 1 L0 0 L.5 .76 L1 0 L1 1",
        ['N'] = "0.78 ss|M0 1 L0 0 L1 1 L1 0",
        ['O'] = "0.84 rr|" + Bowl,
        ['P'] = "0.64 so|M0 0 L0 1 m0 0 L.48 0 H1 .29 V.48 .58 L0 .58",
        ['Q'] = "0.84 rr|" + Bowl + " m.6 .7 L1 1.08",
        ['R'] = "0.68 so|M0 0 L0 1 m0 0 L.48 0 H1 .28 V.48 .56 L0 .56 M.46 .56 L1 1",
        ['S'] = "0.64 rr|m.97 .25 V.5 0 H.02 .25 V.5 .49 H1 .74 V.5 1 H0 .74",
        ['T'] = "0.66 oo|M0 0 L1 0 M.5 0 L.5 1",
        ['U'] = "0.72 ss|M0 0 L0 .6 V.5 1 H1 .6 L1 0",
        ['V'] = "0.82 oo|M0 0 L.5 1 L1 0",
        ['W'] = "1.24 oo|M0 0 L.26 1 L.5 .16 L.74 1 L1 0",
        ['X'] = "0.76 oo|M0 0 L1 1 M1 0 L0 1",
        ['Y'] = "0.78 oo|M0 0 L.5 .54 L1 0 m.5 .5 L.5 .6 M.5 .54 L.5 1",
        ['Z'] = "0.66 oo|M0 0 L1 0 L0 1 L1 1",
        ['0'] = "0.68 rr|" + Bowl,
        ['1'] = "0.3 os|M1 1 L1 0 L0 .26",
        ['2'] = "0.62 oo|m.02 .3 V.5 0 H1 .28 Q1 .48 .64 .66 L0 1 L1 1",
        ['3'] = "0.62 or|m.04 .22 V.48 0 H.95 .24 V.5 .48 L.32 .48 m.32 .48 L.5 .48 H1 .74 V.5 1 H0 .76",
        ['4'] = "0.7 oo|M.74 1 L.74 0 L0 .7 L1 .7",
        ['5'] = "0.62 or|M.92 0 L.07 0 L.07 .42 L.5 .42 H1 .71 V.5 1 H0 .78",
        ['6'] = "0.66 rr|m.92 .2 V.52 0 H0 .5 L0 .7 V.5 1 H1 .7 V.5 .42 H0 .7",
        ['7'] = "0.6 oo|M0 0 L1 0 L.34 1",
        ['8'] = "0.66 rr|m.5 0 H.94 .24 V.5 .48 H.06 .24 V.5 0 Z m.5 .48 H1 .74 V.5 1 H0 .74 V.5 .48 Z",
        ['9'] = "0.66 rr|m.08 .8 V.48 1 H1 .5 L1 .3 V.5 0 H0 .3 V.5 .58 H1 .3",
        ['.'] = "0.02 oo|M0 1 L1 1",
        [','] = "0.06 oo|m.9 .9 L.2 1.28",
        [':'] = "0.02 oo|M0 .3 L1 .3 M0 1 L1 1",
        ['!'] = "0.02 ss|M.5 0 L.5 .62 M0 1 L1 1",
        ['?'] = "0.56 oo|m0 .24 V.5 0 H1 .26 V.5 .52 L.5 .66 M.48 1 L.52 1",
        ['\''] = "0 oo|M.5 0 L.5 .2",
        ['-'] = "0.26 oo|M0 .52 L1 .52",
        ['+'] = "0.7 oo|m0 .55 L1 .55 m.5 .2 L.5 .9",
        ['/'] = "0.5 oo|M0 1 L1 0",
        ['('] = "0.3 ro|m1 -.08 H0 .5 V1 1.08",
        [')'] = "0.3 or|m0 -.08 H1 .5 V0 1.08",
        ['#'] = "0.9 oo|M.34 0 L.2 1 M.84 0 L.7 1 M0 .32 L1 .32 M0 .7 L1 .7",
        ['&'] = "0.78 oo|m1 1 L.24 .34 V.48 0 H.72 .22 V.3 .5 H0 .74 V.36 1 H.92 .56",
        ['·'] = Unknown,
    };

    private static readonly Dictionary<char, string> Marks = new()
    {
        ['´'] = "m.4 -.31 L.68 -.5", ['`'] = "m.6 -.31 L.32 -.5", ['^'] = "m.2 -.3 L.5 -.49 L.8 -.3",
        ['"'] = "m.1 -.38 L.36 -.38 m.64 -.38 L.9 -.38", ['~'] = "m.1 -.34 Q.3 -.54 .5 -.41 Q.7 -.28 .9 -.48",
        ['°'] = "m.5 -.6 H.72 -.44 V.5 -.28 H.28 -.44 V.5 -.6 Z", ['¸'] = "m.52 1.08 L.4 1.3",
    };

    private const string Composed = "ÀA`ÂA^ÄA\"ÁA´ÃA~ÅA°ÇC¸ÉE´ÈE`ÊE^ËE\"ÍI´ÌI`ÎI^ÏI\"ÑN~ÓO´ÒO`ÔO^ÖO\"ÕO~ÚU´ÙU`ÛU^ÜU\"ÝY´ŸY\"’'’‘''–--—--";

    /// <summary>The form of a character and, where it carries one, the accent over or under it.</summary>
    public static (string Form, string? Mark) Of(char character)
    {
        var upper = char.ToUpperInvariant(character);
        for (var i = 0; i < Composed.Length; i += 3)
        {
            if (Composed[i] == upper)
            {
                return (Forms[Composed[i + 1]], Marks.GetValueOrDefault(Composed[i + 2]));
            }
        }

        return (Forms.GetValueOrDefault(upper, Unknown), null);
    }
}
