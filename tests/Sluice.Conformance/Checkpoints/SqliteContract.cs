namespace Sluice.Conformance.Checkpoints;

public sealed class SqliteUploads : UploadStoreContract<SqliteWorld>;

public sealed class SqliteExpiry : ExpiryContract<SqliteWorld>;

public sealed class SqliteFence : FenceContract<SqliteWorld>;

public sealed class SqliteLeases : LeaseStoreContract<SqliteWorld>;

public sealed class SqliteConnections : ConnectionStoreContract<SqliteWorld>;

public sealed class SqliteKeys : KeyStoreContract<SqliteWorld>;

public sealed class SqliteTailsAndOutbox : TailAndOutboxContract<SqliteWorld>;
