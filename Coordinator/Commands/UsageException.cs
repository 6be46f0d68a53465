namespace ProcessPool.Coordinator.Commands;

/// <summary>An argument is wrong in a way that only the machine can tell, such as a directory that is not there.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);
