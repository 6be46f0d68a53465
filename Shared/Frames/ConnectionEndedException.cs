namespace ProcessPool.Frames;

/// <summary>The stream of frames has ended without a farewell, or within a frame: the other side is gone.</summary>
internal sealed class ConnectionEndedException(string message, Exception? inner = null) : IOException(message, inner);
