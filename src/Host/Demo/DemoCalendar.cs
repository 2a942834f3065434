namespace Marketplace.Host;

/// <summary>Thirty whole days and the hours of today: how busy each of them is.</summary>
internal sealed class DemoCalendar(DateTimeOffset now)
{
    public const int Days = 30;

    // Monday to Sunday; midnight to midnight.
    private static readonly float[] Week = [0.85f, 0.8f, 0.9f, 1f, 1.25f, 1.35f, 1.1f];
    private static readonly float[] Hours = [3, 2, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 7, 7, 7, 8, 8, 9, 10, 11, 11, 10, 7, 5];

    public DateTimeOffset Begin { get; } = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(-Days);

    public DateTimeOffset End { get; } = now;

    public DateTimeOffset At(int day, double minutes) => Begin.AddDays(day).AddMinutes(minutes);

    public int DayOf(DateTimeOffset at) => (int)(at - Begin).TotalDays;

    /// <summary>So many visits, spread over the days as a market grows: more each week, most on a Saturday. A few belong to today.</summary>
    public IEnumerable<DateTimeOffset> Visits(int count, int today, ArtDice dice)
    {
        var weights = Enumerable.Range(0, Days).Select(day => Week[((int)Begin.AddDays(day).DayOfWeek + 6) % 7] * (0.5f + (day / 22f))).ToArray();
        var sum = weights.Sum();
        float due = 0f;
        for (var day = 0; day < Days; day++)
        {
            due += weights[day] / sum * (count - today);
            var visits = (int)MathF.Round(due, MidpointRounding.AwayFromZero);
            due -= visits;
            foreach (var minute in Enumerable.Range(0, visits).Select(_ => Minute(dice)).Order().ToList()) yield return At(day, minute);
        }

        // Whatever the hour is, today's come in the same order.
        for (var i = 1; i <= today; i++) yield return Begin.AddDays(Days) + ((End - Begin.AddDays(Days)) * (i / (today + 1.5)));
    }

    private static double Minute(ArtDice dice)
    {
        var left = dice.Unit() * Hours.Sum();
        var hour = 0;
        while (hour < 23 && (left -= Hours[hour]) > 0f) hour++;
        return (hour * 60) + (dice.Unit() * 60f);
    }
}
