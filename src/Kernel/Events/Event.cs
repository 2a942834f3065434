namespace Marketplace.Kernel;

/// <summary>Something that happened, told in the past tense: a public record beside its publisher. Ids and amounts, never names or addresses.</summary>
public interface IEvent
{
    /// <summary>Events of one key (usually the aggregate's id) reach each listener in the order in which they happened.</summary>
    string Key { get; }
}

/// <summary>A module's reaction to an event. Runs in a transaction of its own that also marks the delivery, so its effect happens once.</summary>
public interface IReaction<in TEvent>
    where TEvent : IEvent
{
    Task Handle(TEvent happened, CancellationToken stop);
}
