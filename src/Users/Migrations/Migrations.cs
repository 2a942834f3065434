using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Marketplace.Users;

[DbContext(typeof(UsersDb)), Migration("0001_accounts")]
internal sealed class AccountTables : SqlMigration;

[DbContext(typeof(UsersDb)), Migration("0002_language")]
internal sealed class AccountLanguage : SqlMigration;

[DbContext(typeof(UsersDb)), Migration("0003_password_links")]
internal sealed class PasswordLinkTable : SqlMigration;

[DbContext(typeof(UsersDb)), Migration("0004_audit")]
internal sealed class AuditLog : SqlMigration;

[DbContext(typeof(UsersDb)), Migration("0005_sign_in")]
internal sealed class WaysIn : SqlMigration;
[DbContext(typeof(UsersDb)), Migration("0009a_audit_seals")]
internal sealed class AuditSeals : SqlMigration;

[DbContext(typeof(UsersDb)), Migration("0009b_sanctions")]
internal sealed class Sanctions : SqlMigration;

[DbContext(typeof(UsersDb)), Migration("0009c_reports")]
internal sealed class Reports : SqlMigration;

[DbContext(typeof(UsersDb)), Migration("0009d_erasure")]
internal sealed class Erasures : SqlMigration;

[DbContext(typeof(UsersDb)), Migration("0009e_impersonation")]
internal sealed class Impersonations : SqlMigration;
[DbContext(typeof(UsersDb)), Migration("0006_profiles")]
internal sealed class ProfileTables : SqlMigration;

[DbContext(typeof(UsersDb)), Migration("0006b_addresses")]
internal sealed class AddressTable : SqlMigration;

[DbContext(typeof(UsersDb)), Migration("0006c_field_requests")]
internal sealed class FieldRequestTables : SqlMigration;

[DbContext(typeof(UsersDb)), Migration("0006d_directory")]
internal sealed class DirectoryIndexes : SqlMigration;
[DbContext(typeof(UsersDb)), Migration("0007_api_keys")]
internal sealed class ApiKeyTable : SqlMigration;

[DbContext(typeof(UsersDb)), Migration("0008_row_security")]
internal sealed class RowSecurity : SqlMigration;
