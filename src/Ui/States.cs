using System.Collections.Frozen;
using System.Text;

namespace Marketplace.Ui;

/// <summary>The tone in which a state is shown, and its English words.</summary>
internal static class States
{
    private static readonly FrozenDictionary<string, string> Tones = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["good"] = ["active", "paid", "completed", "complete", "approved", "delivered", "resolved", "available", "published", "succeeded", "captured", "verified", "won", "released", "accepted", "healthy", "connected", "sent", "posted"],
        ["warn"] = ["pending", "awaiting_payment", "awaiting_requirements", "past_due", "paused", "disputed", "open", "revision_requested", "under_review", "in_review", "authorised", "partial", "late", "expiring", "unknown", "retrying", "low_stock", "suspended", "requested", "proposed"],
        ["bad"] = ["rejected", "failed", "banned", "overdue", "unpaid", "lost", "declined", "blocked", "error", "unhealthy", "disconnected", "sold_out", "flagged", "withheld", "refused", "returned"],
        ["held"] = ["held", "on_hold", "locked", "reserved", "maturing", "frozen"],
        ["info"] = ["in_progress", "processing", "shipped", "preparing", "trialing", "trial", "scheduled", "live", "submitted", "new", "running", "queued", "sending"],
    }.SelectMany(t => t.Value, (t, state) => (t.Key, state)).ToFrozenDictionary(t => t.state, t => t.Key, StringComparer.Ordinal);

    internal static string? ToneOf(string? state) => state is not null && Tones.TryGetValue(Snake(state), out var tone) ? tone : null;

    internal static string Words(string state)
    {
        if (Snake(state) == "trialing") return "On trial";
        var words = Snake(state).Replace('_', ' ');
        return words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static string Snake(string state)
    {
        var snake = new StringBuilder(state.Length + 4);
        foreach (var letter in state)
        {
            if (char.IsUpper(letter) && snake.Length > 0 && snake[^1] != '_') snake.Append('_');
            snake.Append(letter is '-' or ' ' ? '_' : char.ToLowerInvariant(letter));
        }

        return snake.ToString();
    }
}
