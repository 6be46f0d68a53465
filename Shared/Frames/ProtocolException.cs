namespace ProcessPool.Frames;

/// <summary>The other side violated the protocol, so nothing more that it sends can be trusted.</summary>
internal sealed class ProtocolException(string message, Exception? inner = null) : Exception(message, inner);
