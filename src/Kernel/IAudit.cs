namespace Marketplace.Kernel;

/// <summary>The audit log, kept by Users: what people with power did, and what was done to ways of signing in, keys, rights and money.</summary>
public interface IAudit
{
    /// <summary>Writes a row in the open transaction, so that it exists exactly if the act does.</summary>
    /// <param name="act">Stable: <c>users.key_created</c>, module and what happened.</param>
    /// <param name="kind">Of the subject, see <see cref="ISubject.Kind"/>.</param>
    /// <param name="detail">Ids, codes, numbers and reasons that staff gave: never a name, an address or a secret, for no row is ever erased.</param>
    Task Write(Caller caller, string act, string kind, Guid subject, object? detail = null);
}
