namespace Marketplace.Kernel;

/// <summary>Identities: UUIDv7 by the business clock, so that they sort by time and a walked clock makes a walked history.</summary>
public static class Ids
{
    public static Guid New(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow());
}
