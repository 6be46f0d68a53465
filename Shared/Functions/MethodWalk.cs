using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>
/// Walks the code of one method: collects the fields it reads, passes on the methods it calls, and follows the reference to
/// <c>this</c> through the evaluation stack and local variables. The order of assignments to a local variable is ignored.
/// </summary>
internal sealed partial class MethodWalk
{
    private readonly MethodBase _method;
    private readonly CaptureAnalysis _analysis;
    private readonly Type[]? _typeArguments;
    private readonly Type[]? _methodArguments;

    /// <summary>The classes of the <c>this</c> references that the method obtains.</summary>
    private readonly HashSet<Type> _thisTypes = [];

    /// <summary>The stack content at each jump target. Passes are repeated until nothing changes.</summary>
    private readonly Dictionary<int, List<Content>> _arrivals = [];
    private readonly Content _argument;
    private Content[] _locals = [];
    private List<Content> _stack = [];
    private bool _changed;
    private bool _escaped;

    public MethodWalk(MethodBase method, CaptureAnalysis analysis)
    {
        _method = method;
        _analysis = analysis;
        var type = method.DeclaringType ?? throw new UndecidableException("a method outside any type");
        if (type.IsGenericType) _typeArguments = type.GetGenericArguments();
        if (method.IsGenericMethod) _methodArguments = method.GetGenericArguments();
        if (method.IsStatic || type.IsValueType) return;
        if (GeneratedCode.IsClosureOrStateMachine(type))
        {
            _argument = ClosureOrOther(type);
            return;
        }

        if (type.IsInterface) throw new UndecidableException("an interface's own method");
        _argument = Content.This;
        _thisTypes.Add(type);
    }

    /// <summary>What a stack slot or local variable may hold.</summary>
    [Flags]
    private enum Content : byte
    {
        Other = 0,

        /// <summary>
        /// A reference to a user's object of which only some fields are sent, or the address of a variable with one.
        /// </summary>
        This = 1,

        /// <summary>A pointer to a method that is walked.</summary>
        WalkedMethod = 2,

        /// <summary>A reference to a closure, which may only be passed to generated code that is walked.</summary>
        Closure = 4,

        Reference = This | Closure,
    }

    public void Run()
    {
        var body = _method.GetMethodBody() ?? throw new UndecidableException("a method without code");
        var il = body.GetILAsByteArray() ?? throw new UndecidableException("a method without code");
        var instructions = IlReader.Decode(il);
        _locals = new Content[body.LocalVariables.Count];
        foreach (var local in body.LocalVariables)
        {
            if (local.LocalType.IsValueType) _analysis.WalkStateMachine(local.LocalType);
        }

        foreach (var clause in body.ExceptionHandlingClauses) AddHandler(clause);
        do
        {
            _changed = false;
            Pass(instructions, il);
        }
        while (_changed);

        if (!_escaped) return;
        foreach (var type in _thisTypes) _analysis.Reads.AddEscaped(type);
    }

    private void AddHandler(ExceptionHandlingClause clause)
    {
        var catches = clause.Flags is ExceptionHandlingClauseOptions.Clause or ExceptionHandlingClauseOptions.Filter;
        _arrivals[clause.HandlerOffset] = catches ? [Content.Other] : [];
        if (clause.Flags == ExceptionHandlingClauseOptions.Filter) _arrivals[clause.FilterOffset] = [Content.Other];
    }

    private void Pass(List<IlInstruction> instructions, byte[] il)
    {
        var falls = true;
        _stack = [];
        foreach (var instruction in instructions)
        {
            if (falls && _arrivals.ContainsKey(instruction.Offset)) Arrive(instruction.Offset);
            if (_arrivals.TryGetValue(instruction.Offset, out var arrival)) _stack = [.. arrival];
            else if (!falls) _stack = [];
            falls = Execute(instruction, il);
        }
    }

    /// <summary>Merges the stack into the stack content that other jumps bring to the same target.</summary>
    private void Arrive(int offset)
    {
        if (!_arrivals.TryGetValue(offset, out var arrival))
        {
            _arrivals.Add(offset, [.. _stack]);
            _changed = true;
            return;
        }

        if (arrival.Count != _stack.Count) throw new UndecidableException("two stacks of different depth");
        for (var i = 0; i < arrival.Count; i++)
        {
            var merged = Merge(arrival[i], _stack[i]);
            _changed |= merged != arrival[i];
            arrival[i] = merged;
        }
    }

    /// <summary>The result may hold a reference if either input may, but is a walked method only if both are.</summary>
    private static Content Merge(Content one, Content other) => ((one | other) & Content.Reference) | (one & other & Content.WalkedMethod);

    private bool Execute(IlInstruction instruction, byte[] il)
    {
        switch (instruction.OpCode.FlowControl)
        {
            case FlowControl.Branch or FlowControl.Cond_Branch:
                return Jump(instruction, il);
            case FlowControl.Return or FlowControl.Throw:
                foreach (var content in _stack) Escape(content);
                return false;
            case FlowControl.Call:
                Call(instruction);
                return true;
            default:
                Compute(instruction);
                return true;
        }
    }

    private bool Jump(IlInstruction instruction, byte[] il)
    {
        var code = (ILOpCode)(ushort)instruction.OpCode.Value;
        if (code is ILOpCode.Leave or ILOpCode.Leave_s) _stack.Clear();
        for (var pops = StackEffect.Pops(instruction.OpCode); pops > 0; pops--) Pop();
        if (code == ILOpCode.Switch)
        {
            foreach (var target in IlReader.SwitchTargets(instruction, il)) Arrive(target);
        }
        else
        {
            Arrive(instruction.End + instruction.Operand);
        }

        return instruction.OpCode.FlowControl == FlowControl.Cond_Branch;
    }

    private void Push(Content content) => _stack.Add(content);

    private Content Pop()
    {
        if (_stack.Count == 0) throw new UndecidableException("an empty stack");
        var content = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return content;
    }

    /// <summary>The value goes to code that the walk does not follow.</summary>
    private void Escape(Content content)
    {
        if ((content & Content.Closure) != 0) throw new UndecidableException("a closure in unknown hands");
        _escaped |= (content & Content.This) != 0;
    }

    /// <summary>
    /// State machines count as other content: they are run by outside code, which is why all their methods are walked. So do
    /// closures of F#, which are sent whole.
    /// </summary>
    private static Content ClosureOrOther(Type type) =>
        type.IsValueType || !GeneratedCode.IsClosureOrStateMachine(type) || type.GetInterfaces().Length > 0 || FSharpTypes.IsClosure(type) ? Content.Other : Content.Closure;
}
