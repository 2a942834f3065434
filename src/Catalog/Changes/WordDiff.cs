namespace Marketplace.Catalog;

/// <param name="Kept">In both; else only in the old, or only in the new.</param>
internal sealed record DiffPiece(string Text, bool Kept);

/// <summary>Two texts word by word: what went and what came, by their longest common words.</summary>
internal static class WordDiff
{
    // Beyond this the table would cost more than the words are worth: then all is marked.
    private const int MostCells = 4_000_000;

    public static (IReadOnlyList<DiffPiece> Old, IReadOnlyList<DiffPiece> New) Of(string before, string after)
    {
        var (a, b) = (Split(before), Split(after));
        if ((long)a.Count * b.Count > MostCells) return ([new DiffPiece(before, false)], [new DiffPiece(after, false)]);
        var common = new int[a.Count + 1, b.Count + 1];
        for (var i = a.Count - 1; i >= 0; i--)
        {
            for (var j = b.Count - 1; j >= 0; j--) common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var (went, came) = (new List<DiffPiece>(), new List<DiffPiece>());
        for (int i = 0, j = 0; i < a.Count || j < b.Count;)
        {
            if (i < a.Count && j < b.Count && a[i] == b[j])
            {
                Add(went, a[i++], true);
                Add(came, b[j++], true);
            }
            else if (j == b.Count || (i < a.Count && common[i + 1, j] >= common[i, j + 1])) Add(went, a[i++], false);
            else Add(came, b[j++], false);
        }

        return (went, came);
    }

    // Words with the blanks behind them, so that nothing of the text is lost.
    private static List<string> Split(string text)
    {
        var words = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
            while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
            words.Add(text[at..end]);
            at = end;
        }

        return words;
    }

    private static void Add(List<DiffPiece> pieces, string word, bool kept)
    {
        if (pieces.Count > 0 && pieces[^1].Kept == kept) pieces[^1] = pieces[^1] with { Text = pieces[^1].Text + word };
        else pieces.Add(new DiffPiece(word, kept));
    }
}
