using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>pending → in_progress → delivered ⇄ revision_requested → completed; refunded from everywhere.</summary>
internal enum ServiceState
{
    /// <summary>Waits for the buyer's answers.</summary>
    Pending,
    InProgress,
    Delivered,
    RevisionRequested,
    Completed,
    Refunded,
}

/// <summary>The work of one line: the package as it was bought, who waits for whom, and since when.</summary>
internal sealed class ServiceOrder
{
    public const int NoteLength = 4000;

    /// <summary>Who says nothing for so long after a delivery has accepted it.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromDays(3);

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

    public List<ServiceEvent> Events { get; private set; } = [];

    public int RevisionsLeft => Revisions - RevisionsUsed;

    /// <exception cref="Refused">409 <c>service_state</c>; 422 when an answer is missing.</exception>
    public void Answer(IReadOnlyList<string> answers, DateTimeOffset now)
    {
        MustBe(ServiceState.Pending);
        if (answers.Count != Questions.Length) throw Refused.Invalid(new FieldError("/answers", "answers", "Answer each of the questions."));
        Answers = [.. answers.Select(Words.Text)];
        Happened(ServiceHappening.Answered, now, Buyer);
        Start(now);
    }

    /// <returns>True for the first delivery.</returns>
    /// <exception cref="Refused">409 <c>service_state</c>.</exception>
    public bool Deliver(string note, DateTimeOffset now)
    {
        MustBe(ServiceState.InProgress, ServiceState.RevisionRequested);
        var first = DeliveredAt is null;
        (State, DeliveredAt) = (ServiceState.Delivered, now);
        Happened(ServiceHappening.Delivered, now, Seller, note);
        return first;
    }

    /// <exception cref="Refused">409 <c>service_state</c>, <c>no_revisions_left</c>.</exception>
    public void AskRevision(string note, DateTimeOffset now)
    {
        MustBe(ServiceState.Delivered);
        if (RevisionsLeft == 0) throw new Refused("no_revisions_left", 409, "All revisions of this package are used. Accept the work, or write to the seller.");
        RevisionsUsed++;
        (State, DueAt) = (ServiceState.RevisionRequested, now.AddDays(Days));
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
        (State, StartedAt, DueAt) = (ServiceState.InProgress, now, now.AddDays(Days));
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
