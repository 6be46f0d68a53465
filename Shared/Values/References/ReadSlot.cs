namespace ProcessPool.Values;

/// <summary>The place of the object that is being read among the objects of its value. Values of structs have none.</summary>
internal readonly struct ReadSlot(ReadObjects objects, int number)
{
    /// <summary>The object exists, so its content can refer to it.</summary>
    public void Create(object value) => objects.Create(number, value);

    /// <inheritdoc cref="ReadObjects.IsCyclic"/>
    public bool IsCyclic => objects is { IsCyclic: true };

    /// <inheritdoc cref="ReadObjects.Later"/>
    public void Later(Action action) => objects.Later(action);
}
