namespace ProcessPool;

/// <summary>
/// Describes an exception that a function threw in another process and that could not be rebuilt here: its type is not loaded in
/// this process or is from another build, or it is an <see cref="OperationCanceledException"/> that the function threw on its
/// own.
/// </summary>
public sealed class RemoteTaskException : PoolException
{
    /// <param name="typeName">The full name of the original exception's type.</param>
    /// <param name="message">The original message.</param>
    /// <param name="stackTrace">The original stack trace, from the process where it was thrown.</param>
    /// <param name="inner">The original inner exception; an <see cref="AggregateException"/> if there were several.</param>
    public RemoteTaskException(string typeName, string message, string? stackTrace, Exception? inner)
        : base($"{typeName}: {message}", inner)
    {
        RemoteTypeName = typeName;
        RemoteMessage = message;
        RemoteStackTrace = stackTrace;
    }

    /// <summary>The full name of the original exception's type.</summary>
    public string RemoteTypeName { get; }

    /// <summary>The original exception's message.</summary>
    public string RemoteMessage { get; }

    /// <summary>
    /// The original exception's stack trace, from the process where it was thrown; null if it was never thrown.
    /// </summary>
    public string? RemoteStackTrace { get; }
}
