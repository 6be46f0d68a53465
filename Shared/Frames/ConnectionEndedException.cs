namespace ProcessPool.Frames;

/// <summary>The stream ended without the frame that announces its end, or within a frame. The other side is gone.</summary>
internal sealed class ConnectionEndedException(string message, Exception? inner = null) : IOException(message, inner);
