namespace ProcessPool.Frames;

/// <summary>The other side broke the protocol: nothing more that it says can be relied on.</summary>
internal sealed class ProtocolException(string message, Exception? inner = null) : Exception(message, inner);
