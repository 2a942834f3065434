namespace Marketplace.Host;

/// <summary>
/// Plays a recipe: decides what falls on which sixteenth, and keeps drums, bass and music on tracks of
/// their own so that the mix can duck and filter them apart.
/// </summary>
internal sealed partial class BeatBand
{
    private readonly BeatStyle _style;
    private readonly MusicKey _key;
    private readonly ArtDice _dice;
    private readonly int[] _road;
    private readonly float _step;
    private readonly int _bars;
    private readonly int _intro;

    public BeatBand(BeatRecipe recipe, int length)
    {
        _style = BeatStyle.Of(recipe.Genre);
        _key = MusicKey.Parse(recipe.Key);
        _dice = new ArtDice(recipe.Seed);
        _road = BeatStyle.Progression(recipe.Genre, _key.Minor, _dice);
        (Drum, Low, Music) = (new float[length], new float[length], new float[length]);

        // Trap and drill count double: 70 and 140 are the same beat to a producer.
        float tempo = Math.Clamp(recipe.Tempo, 50, 220);
        tempo = _style.HalfTime && tempo < 100f ? tempo * 2f : tempo;
        _step = Synth.Rate * 15f / tempo;
        _bars = (int)MathF.Ceiling(length / (_step * 16f));
        _intro = tempo > 115f ? 2 : 1;
    }

    public float[] Drum { get; }

    public float[] Low { get; }

    public float[] Music { get; }

    public List<int> Kicks { get; } = [];

    /// <summary>Where so many whole bars lie, after the intro.</summary>
    public Range Bars(int count) => At(_intro, 0)..Math.Min(Drum.Length, At(_intro + count, 0));

    public void Play()
    {
        var drums = new Drums(_dice, _style);
        var motif = Motif();
        for (var bar = 0; bar < _bars; bar++)
        {
            var playing = bar >= _intro;
            PlayChord(bar);
            PlayLead(bar, motif);
            if (playing || _style.Bass == BassKind.Drone)
            {
                PlayBass(bar);
            }

            // One bar before the turn the kick steps back: the return is what makes a loop breathe.
            var lull = bar == _intro + 4 && _bars > _intro + 5;
            PlayDrums(drums, bar, playing, lull);
        }
    }

    private int At(int bar, float step)
    {
        var late = (int)step % 2 == 1 ? _style.Swing : 0f;
        return (int)(((bar * 16) + step + late) * _step);
    }

    private static char Mark(string line, int bar, int step) =>
        line.Length == 0 ? '.' : line[((bar * 16) + step) % line.Length];

    private void PlayDrums(Drums drums, int bar, bool playing, bool lull)
    {
        var pattern = bar - _intro + 8;
        for (var step = 0; step < 16; step++)
        {
            var at = At(bar, step);
            if (at >= Drum.Length)
            {
                return;
            }

            var human = 1f + (_dice.Signed() * 0.07f);
            var kick = Mark(_style.Kick, pattern, step);
            if (playing && kick != '.' && (!lull || step == 0))
            {
                Drums.Hit(Drum, drums.Kick, at, kick == 'x' ? 0.95f : 0.6f);
                Kicks.Add(at);
            }

            var snare = Mark(_style.Snare, pattern, step);
            if (playing && snare != '.')
            {
                Drums.Hit(Drum, drums.Snare, at, (snare == 'x' ? 0.62f : 0.22f) * human);
            }

            var hat = Mark(_style.Hat, pattern, step);
            if (hat != '.' && (playing || bar == _intro - 1))
            {
                var rolls = hat == 'r' ? _dice.Pick(2, 3, 4) : 1;
                for (var i = 0; i < rolls; i++)
                {
                    var hit = at + (int)(i * _step / rolls);
                    Drums.Hit(Drum, drums.Hat, Math.Min(hit, Drum.Length - 1), (hat == 'o' ? 0.13f : 0.25f) * human * (1f - (i * 0.12f)));
                }
            }

            if (playing && !lull && Mark(_style.Extra, pattern, step) != '.')
            {
                Drums.Hit(Drum, drums.Extra, at, 0.16f * human);
            }
        }
    }

    private void PlayBass(int bar)
    {
        var degree = _road[bar % _road.Length];
        var home = Low808(_key.Note(degree, 24));
        var from = home;
        for (var step = 0; step < 16; step++)
        {
            var at = At(bar, step);
            var mark = Mark(_style.BassLine, bar - _intro + 8, step);
            if (mark == '.' || at >= Low.Length)
            {
                continue;
            }

            var until = step + 1;
            while (until < 16 && Mark(_style.BassLine, bar - _intro + 8, until) == '.')
            {
                until++;
            }

            var note = step > 8 && _dice.Chance(0.35f) ? Low808(_key.Note(degree + _dice.Pick(2, 4), 24)) : home;
            var glide = _style.Bass == BassKind.Long808 && step > 4 && _dice.Chance(0.4f) ? from + _dice.Pick(12, 7, -5) : note;
            var held = (until - step) * _step * (_style.Bass is BassKind.Log or BassKind.Pumping ? 0.8f : 0.98f);
            Synth.Bass(Low, _style.Bass, at, (int)held, note, glide, mark == 'x' ? 0.5f : 0.34f);
            from = note;
        }
    }

    // Below E1 small speakers and the ear give up; above E2 it is no longer a bass.
    private static int Low808(int note) => note < 28 ? note + 12 : note > 40 ? note - 12 : note;
}
