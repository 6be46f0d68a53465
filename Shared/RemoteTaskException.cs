namespace ProcessPool;

/// <summary>
/// What a function threw in another process, where the exception itself could not be rebuilt here: its type is not loaded in
/// this process or is another build, or it is an <see cref="OperationCanceledException"/> of the function's own.
/// </summary>
public sealed class RemoteTaskException : PoolException
{
    /// <param name="typeName">The full name of the exception's type.</param>
    /// <param name="message">Its message.</param>
    /// <param name="stackTrace">Its stack, in the process where it was thrown.</param>
    /// <param name="inner">Its inner exception; an <see cref="AggregateException"/> if it had several.</param>
    public RemoteTaskException(string typeName, string message, string? stackTrace, Exception? inner)
        : base($"{typeName}: {message}", inner)
    {
        RemoteTypeName = typeName;
        RemoteMessage = message;
        RemoteStackTrace = stackTrace;
    }

    /// <summary>The full name of the exception's type.</summary>
    public string RemoteTypeName { get; }

    /// <summary>The exception's message.</summary>
    public string RemoteMessage { get; }

    /// <summary>The exception's stack, in the process where it was thrown; null if it was never thrown.</summary>
    public string? RemoteStackTrace { get; }
}
