namespace Sluice.Conformance.Checkpoints;

public sealed class InMemoryUploads : UploadStoreContract<InMemoryWorld>;

public sealed class InMemoryExpiry : ExpiryContract<InMemoryWorld>;

public sealed class InMemoryFence : FenceContract<InMemoryWorld>;

public sealed class InMemoryLeases : LeaseStoreContract<InMemoryWorld>;

public sealed class InMemoryConnections : ConnectionStoreContract<InMemoryWorld>;

public sealed class InMemoryKeys : KeyStoreContract<InMemoryWorld>;

public sealed class InMemoryTailsAndOutbox : TailAndOutboxContract<InMemoryWorld>;
