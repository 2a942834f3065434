namespace Marketplace.Host;

/// <summary>Chords and melody, the half of the band that is in tune.</summary>
internal sealed partial class BeatBand
{
    private void PlayChord(int bar)
    {
        var chord = _key.Chord(_road[bar % _road.Length], _style.Voices, 60);
        var whole = (int)(_step * 16f);
        switch (_style.Chords)
        {
            case ChordKind.DarkPad:
                Synth.Saws(Music, At(bar, 0), whole + 6000, [.. chord.Select(n => n - 12)], 0.3f, 0.25f, 0.4f, 900f, 0.1f);
                break;
            case ChordKind.WarmPad:
                Synth.Saws(Music, At(bar, 0), whole + 9000, chord, 0.3f, 0.12f, 0.5f, 1500f, 0.25f);
                break;
            case ChordKind.Wash:
                Synth.Saws(Music, At(bar, 0), whole + (int)(Synth.Rate * 1.2f), chord, 0.4f, 1.1f, 1.4f, 1100f, 0.02f);
                break;
            case ChordKind.Strings:
                Synth.Saws(Music, At(bar, 0), whole + 16000, [.. chord, chord[0] - 12], 0.34f, 0.4f, 0.7f, 1900f, 0.05f);
                Spiccato(bar, chord);
                break;
            default:
                Comp(bar, chord);
                break;
        }
    }

    private void Comp(int bar, int[] chord)
    {
        var line = _style.Chords switch
        {
            ChordKind.Keys => "x.........o.....",
            ChordKind.Stabs => _key.Minor ? "x..x..x...x..x.." : "..x..x....x..x..",
            _ => _style.HalfTime ? "x..x..x.x..x..x." : "..x...x...x..xx.",
        };
        for (var step = 0; step < 16; step++)
        {
            var at = At(bar, step);
            var mark = line[step];
            if (mark == '.' || at >= Music.Length)
            {
                continue;
            }

            if (_style.Chords == ChordKind.Stabs)
            {
                Synth.Saws(Music, at, (int)(_step * 2.4f), chord, 0.5f, 0.004f, 0.06f, 2600f, 3.4f);
                continue;
            }

            for (var v = 0; v < chord.Length; v++)
            {
                // Fingers never land together; drill walks its chord note by note instead.
                var broken = _style.HalfTime;
                if (!broken || v == (step / 3) % chord.Length)
                {
                    var kind = _style.Chords == ChordKind.Keys ? LeadKind.Keys : LeadKind.Pluck;
                    var hit = Math.Min(at + (v * 420), Music.Length - 1);
                    Synth.Struck(Music, kind, hit, chord[v], (mark == 'x' ? 0.15f : 0.1f) * (broken ? 1.6f : 1f));
                }
            }
        }
    }

    /// <summary>Bows that bounce in eighths: the clock under a scene.</summary>
    private void Spiccato(int bar, int[] chord)
    {
        for (var step = 0; step < 16 && bar >= _intro; step += 2)
        {
            var at = At(bar, step);
            if (at < Music.Length)
            {
                var note = chord[(step / 2) % chord.Length];
                Synth.Saws(Music, at, (int)(_step * 1.5f), [note, note + 12], step % 8 == 0 ? 0.2f : 0.13f, 0.006f, 0.05f, 3200f, 5f);
            }
        }
    }

    /// <summary>A bar of rhythm and contour that returns: hearing it again is what makes it a melody.</summary>
    private (int Step, int Move)[] Motif()
    {
        var notes = new List<(int, int)>();
        var place = _dice.Whole(0, 4);
        for (var step = 0; step < 16; step++)
        {
            var strong = step % 4 == 0 ? 1.7f : step % 2 == 0 ? 1.1f : 0.45f;
            if (_dice.Chance(_style.LeadDensity * strong))
            {
                notes.Add((step, place));
                place = Math.Clamp(place + _dice.Pick(-2, -1, -1, 1, 1, 2, 3), -2, 6);
            }
        }

        return notes.Count > 0 ? [.. notes] : [(0, 2), (6, 4), (10, 3)];
    }

    private void PlayLead(int bar, (int Step, int Move)[] motif)
    {
        var answer = bar % 4 == 3;
        if (_style.Lead == LeadKind.None || (bar % 4 == 2 && _style.LeadDensity < 0.25f))
        {
            return;
        }

        foreach (var (step, move) in motif)
        {
            var at = At(bar, step);
            if (at < Music.Length)
            {
                // On the beat a chord note, between beats the pentatonic: nothing can be wrong, little is dull.
                var degree = step % 4 == 0 ? _road[bar % _road.Length] + (move / 2 * 2) : Pentatonic(move + (answer && step > 7 ? 1 : 0));
                var note = _key.Note(degree, 60);
                Synth.Struck(Music, _style.Lead, at, note > 84 ? note - 12 : note, 0.17f * (1f + (_dice.Signed() * 0.12f)));
            }
        }
    }

    private int Pentatonic(int place)
    {
        int[] steps = _key.Minor ? [0, 2, 3, 4, 6] : [0, 1, 2, 4, 5];
        var octave = (int)MathF.Floor(place / 5f);
        return steps[place - (octave * 5)] + (octave * 7);
    }
}
