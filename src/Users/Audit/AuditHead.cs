using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>The heads of the audit log's chain outside of the database.</summary>
internal sealed class AuditHeadFile(string folder) : SealHeadFile(folder)
{
    /// <summary>Which chain its heads are marked for.</summary>
    public const string Chain = "users.audit_head";
}
