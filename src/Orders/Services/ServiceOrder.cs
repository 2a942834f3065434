using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>pending → in_progress → delivered ⇄ revision_requested → completed. What is given back whole before it is accepted is cancelled, and refunded after it.</summary>
internal enum ServiceState
{
    /// <summary>Waits for the buyer's answers.</summary>
    Pending,
    InProgress,
    Delivered,
    RevisionRequested,
    Completed,
    Cancelled,
    Refunded,
}

/// <summary>The work of one line: the package as it was bought, who waits for whom, and since when.</summary>
internal sealed class ServiceOrder
{
    public const int NoteLength = 4000;

    /// <summary>Who says nothing for so long after a delivery has accepted it.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromDays(3);

    /// <summary>Two days after a delivery its buyer is reminded that silence accepts.</summary>
    public static readonly TimeSpan LookReminder = TimeSpan.FromDays(2);

    /// <summary>When a buyer who answers nothing is reminded, and when the money goes back.</summary>
    public static readonly TimeSpan FirstReminder = TimeSpan.FromDays(3), SecondReminder = TimeSpan.FromDays(7), NeverBegun = TimeSpan.FromDays(14);

    /// <summary>Work that is late for so long is given back, whether its buyer says a word or not.</summary>
    public static readonly TimeSpan LateForGood = TimeSpan.FromDays(14);

    private ServiceOrder()
    {
    }

    internal ServiceOrder(OrderItem item, DateTimeOffset now)
    {
        (ItemId, OrderId, Buyer, Seller, CreatedAt) = (item.Id, item.OrderId, item.Buyer, item.Seller, now);
        Questions = Lines(item.ProductDetails, "requirements");
        (Days, Revisions) = (Number(item.Details, "days", 7), Number(item.Details, "revisions", 0));
        Happened(ServiceHappening.Ordered, now, Buyer);
        if (Questions.Length == 0) Start(now);
    }

    public Guid ItemId { get; private set; }

    public Guid OrderId { get; private set; }

    public Guid Buyer { get; private set; }

    public Guid Seller { get; private set; }

    public ServiceState State { get; private set; }

    public string[] Questions { get; private set; } = [];

    /// <summary>One a question; null until they are given.</summary>
    public string[]? Answers { get; private set; }

    public int Days { get; private set; }

    public int Revisions { get; private set; }

    public int RevisionsUsed { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>By when the seller should deliver.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    public DateTimeOffset? DeliveredAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>How often who is waited for was reminded in this state.</summary>
    public int Reminders { get; private set; }

    public List<ServiceEvent> Events { get; private set; } = [];

    public int RevisionsLeft => Revisions - RevisionsUsed;

    /// <summary>The seller works, and should have delivered by now.</summary>
    public bool IsLate(DateTimeOffset now) => State is ServiceState.InProgress or ServiceState.RevisionRequested && DueAt < now;

    /// <summary>When the money goes back by itself, if nobody does anything; null where something else happens by itself, or nothing is waited for.</summary>
    public DateTimeOffset? EndsAt => State switch
    {
        ServiceState.Pending => CreatedAt + NeverBegun,
        ServiceState.InProgress or ServiceState.RevisionRequested => DueAt + LateForGood,
        _ => null,
    };

    /// <summary>A reminder is due, and counts as given from now on.</summary>
    internal bool Remind(DateTimeOffset now)
    {
        DateTimeOffset? due = (State, Reminders) switch
        {
            (ServiceState.Pending, 0) => CreatedAt + FirstReminder,
            (ServiceState.Pending, 1) => CreatedAt + SecondReminder,
            (ServiceState.InProgress or ServiceState.RevisionRequested, 0) => DueAt,
            (ServiceState.Delivered, 0) => DeliveredAt + LookReminder,
            _ => null,
        };
        if (due is null || due > now) return false;
        Reminders++;
        return true;
    }

    /// <exception cref="Refused">409 <c>service_state</c>; 422 when an answer is missing.</exception>
    public void Answer(IReadOnlyList<string> answers, DateTimeOffset now)
    {
        MustBe(ServiceState.Pending);
        if (answers.Count != Questions.Length) throw Refused.Invalid(new FieldError("/answers", "answers", "Answer each of the questions."));
        Answers = [.. answers.Select(Words.Text)];
        Happened(ServiceHappening.Answered, now, Buyer);
        Start(now);
    }

    /// <param name="by">The seller, or who of the team did it.</param>
    /// <returns>True for the first delivery.</returns>
    /// <exception cref="Refused">409 <c>service_state</c>.</exception>
    public bool Deliver(string note, Guid by, DateTimeOffset now)
    {
        MustBe(ServiceState.InProgress, ServiceState.RevisionRequested);
        var first = DeliveredAt is null;
        (State, DeliveredAt, Reminders) = (ServiceState.Delivered, now, 0);
        Happened(ServiceHappening.Delivered, now, by, note);
        return first;
    }

    /// <exception cref="Refused">409 <c>service_state</c>, <c>no_revisions_left</c>.</exception>
    public void AskRevision(string note, DateTimeOffset now)
    {
        MustBe(ServiceState.Delivered);
        if (RevisionsLeft == 0) throw new Refused("no_revisions_left", 409, "All revisions of this package are used. Accept the work, or write to the seller.");
        RevisionsUsed++;
        (State, DueAt, Reminders) = (ServiceState.RevisionRequested, now.AddDays(Days), 0);
        Happened(ServiceHappening.RevisionRequested, now, Buyer, note);
    }

    /// <param name="by">Null: the buyer said nothing for <see cref="Silence"/>.</param>
    /// <exception cref="Refused">409 <c>service_state</c>.</exception>
    public void Accept(Guid? by, DateTimeOffset now)
    {
        MustBe(ServiceState.Delivered);
        (State, EndedAt) = (ServiceState.Completed, now);
        Happened(by is null ? ServiceHappening.AcceptedSilently : ServiceHappening.Accepted, now, by);
    }

    /// <summary>Files may be put to it while the seller works.</summary>
    public void MustBeAtWork() => MustBe(ServiceState.InProgress, ServiceState.RevisionRequested);

    private void Start(DateTimeOffset now)
    {
        (State, StartedAt, DueAt, Reminders) = (ServiceState.InProgress, now, now.AddDays(Days), 0);
        Happened(ServiceHappening.Started, now, null);
    }

    private void MustBe(params ReadOnlySpan<ServiceState> states)
    {
        if (!states.Contains(State)) throw new Refused("service_state", 409, "The work is at another point by now. Look at it again.");
    }

    private void Happened(ServiceHappening what, DateTimeOffset at, Guid? by, string note = "") => Events.Add(new ServiceEvent(ItemId, at, what, by, Words.Text(note)));

    private static string[] Lines(JsonElement details, string name) =>
        details.TryGetProperty(name, out var lines) && lines.ValueKind == JsonValueKind.Array ? [.. lines.EnumerateArray().Select(l => l.GetString()!)] : [];

    private static int Number(JsonElement details, string name, int otherwise) => details.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number ? number.GetInt32() : otherwise;
}

internal enum ServiceHappening
{
    Ordered,
    Answered,
    Started,
    Delivered,
    RevisionRequested,
    Accepted,
    AcceptedSilently,
    Cancelled,
    Refunded,
}

/// <summary>A row of the work's timeline.</summary>
internal sealed class ServiceEvent
{
    private ServiceEvent()
    {
    }

    internal ServiceEvent(Guid item, DateTimeOffset at, ServiceHappening what, Guid? by, string note) => (ItemId, At, What, By, Note) = (item, at, what, by, note);

    public long Id { get; private set; }

    public Guid ItemId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public ServiceHappening What { get; private set; }

    /// <summary>Null: the market itself.</summary>
    public Guid? By { get; private set; }

    public string Note { get; private set; } = "";
}
