namespace ProcessPool.Coordinator.Commands;

/// <summary>
/// An argument that the parser accepts cannot be used: it contradicts another one, or does not fit this machine (a directory
/// that does not exist). Also thrown for a wrong environment variable.
/// </summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);
