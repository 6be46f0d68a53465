using System.Reflection;
using System.Reflection.Metadata;

namespace ProcessPool.Functions;

internal sealed partial class MethodWalk
{
    private void Compute(IlInstruction instruction)
    {
        var code = (ILOpCode)(ushort)instruction.OpCode.Value;
        switch (code)
        {
            case ILOpCode.Ldarg_0:
                Push(_argument);
                break;
            case ILOpCode.Ldarg_s or ILOpCode.Ldarg or ILOpCode.Ldarga_s or ILOpCode.Ldarga:
                Push(instruction.Operand == 0 ? _argument : Content.Other);
                break;
            case ILOpCode.Starg_s or ILOpCode.Starg:
                Escape(Pop());
                if (instruction.Operand == 0) Escape(_argument);
                break;
            case >= ILOpCode.Ldloc_0 and <= ILOpCode.Ldloc_3:
                Push(_locals[code - ILOpCode.Ldloc_0]);
                break;
            case ILOpCode.Ldloc_s or ILOpCode.Ldloc or ILOpCode.Ldloca_s or ILOpCode.Ldloca:
                Push(_locals[instruction.Operand]);
                break;
            case >= ILOpCode.Stloc_0 and <= ILOpCode.Stloc_3:
                StoreLocal(code - ILOpCode.Stloc_0);
                break;
            case ILOpCode.Stloc_s or ILOpCode.Stloc:
                StoreLocal(instruction.Operand);
                break;
            case ILOpCode.Dup:
                Push(_stack.Count > 0 ? _stack[^1] : throw new UndecidableException("an empty stack"));
                break;
            case ILOpCode.Castclass or ILOpCode.Isinst:
                break;
            case ILOpCode.Pop:
                Pop();
                break;
            case ILOpCode.Ceq or ILOpCode.Cgt_un:
                Pop();
                Pop();
                Push(Content.Other);
                break;
            case ILOpCode.Ldfld or ILOpCode.Ldflda:
                LoadField(instruction.Operand);
                break;
            case ILOpCode.Stfld:
                StoreField(instruction.Operand);
                break;
            case ILOpCode.Ldtoken:
                // Expression trees refer to the fields of a closure this way.
                if (_method.Module.ResolveMember(instruction.Operand, _typeArguments, _methodArguments) is FieldInfo field)
                    _analysis.Reads.AddField(field);
                Push(Content.Other);
                break;
            case ILOpCode.Ldftn:
                Push(LoadMethod(instruction.Operand, _stack.Count > 0 ? _stack[^1] : Content.Other, exact: true));
                break;
            case ILOpCode.Ldvirtftn:
                Push(LoadMethod(instruction.Operand, Pop(), exact: false));
                break;
            default:
                for (var pops = StackEffect.Pops(instruction.OpCode); pops > 0; pops--) Escape(Pop());
                for (var pushes = StackEffect.Pushes(instruction.OpCode); pushes > 0; pushes--) Push(Content.Other);
                break;
        }
    }

    private void StoreLocal(int index)
    {
        var stored = _locals[index] | (Pop() & Content.Reference);
        _changed |= stored != _locals[index];
        _locals[index] = stored;
    }

    private void LoadField(int token)
    {
        var field = ResolveField(token);
        _analysis.Reads.AddField(field);
        Pop();
        if (!IsThisOfUser(field))
        {
            Push(ClosureOrOther(field.FieldType));
            return;
        }

        _thisTypes.Add(field.FieldType);
        Push(Content.This);
    }

    private void StoreField(int token)
    {
        var field = ResolveField(token);
        var value = Pop();
        Pop();
        if (GeneratedCode.IsClosureOrStateMachine(field.DeclaringType!)) value &= ~Content.Closure;
        if (!IsThisOfUser(field)) Escape(value);
    }

    private Content LoadMethod(int token, Content target, bool exact)
    {
        var method = ResolveMethod(token);
        var generated = GeneratedCode.IsGenerated(method);
        if (generated) _analysis.Walk(method);
        if ((target & Content.This) == 0) return generated ? Content.WalkedMethod : Content.Other;
        return !method.IsStatic && _analysis.TryWalkOnThis(method, exact) ? Content.WalkedMethod : Content.Other;
    }

    private void Call(IlInstruction instruction)
    {
        var code = (ILOpCode)(ushort)instruction.OpCode.Value;
        if (code is ILOpCode.Calli or ILOpCode.Jmp) throw new UndecidableException("a call through a function pointer, or a jump");
        var method = ResolveMethod(instruction.Operand);
        if ((method.CallingConvention & CallingConventions.VarArgs) == CallingConventions.VarArgs)
            throw new UndecidableException("a call with variable arguments");
        if (code == ILOpCode.Newobj)
        {
            Create(method);
            return;
        }

        var generated = GeneratedCode.IsGenerated(method);
        if (generated) _analysis.Walk(method);

        // Expression trees receive the closure, but read only the fields that are loaded next to it with ldtoken.
        var allowed = generated || method.DeclaringType?.FullName == "System.Linq.Expressions.Expression" ? Content.Closure : Content.Other;
        for (var count = method.GetParameters().Length; count > 0; count--) Escape(Pop() & ~allowed);
        if (!method.IsStatic) CallOn(Pop() & ~allowed, method, exact: code == ILOpCode.Call);
        if (method is MethodInfo { ReturnType: var type } && type != typeof(void)) Push(Content.Other);
    }

    private void CallOn(Content target, MethodBase method, bool exact)
    {
        if ((target & Content.This) != 0 && _analysis.TryWalkOnThis(method, exact)) target &= ~Content.This;
        Escape(target);
    }

    private void Create(MethodBase constructor)
    {
        var type = constructor.DeclaringType!;
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            // A delegate over 'this' may be passed to any code. That code can only call the delegate's method, which is walked.
            var walked = (Pop() & Content.WalkedMethod) != 0;
            var target = Pop();
            if (!walked) Escape(target);
        }
        else
        {
            for (var count = constructor.GetParameters().Length; count > 0; count--) Escape(Pop());
            _analysis.WalkStateMachine(type);
        }

        Push(ClosureOrOther(type));
    }

    /// <summary>Whether the compiler keeps a user's <c>this</c> in the field. An enclosing closure does not count.</summary>
    private static bool IsThisOfUser(FieldInfo field) =>
        GeneratedCode.IsThisField(field)
        && GeneratedCode.IsClosureOrStateMachine(field.DeclaringType!)
        && !field.FieldType.IsValueType
        && !GeneratedCode.IsClosureOrStateMachine(field.FieldType);

    private FieldInfo ResolveField(int token) =>
        _method.Module.ResolveField(token, _typeArguments, _methodArguments) ?? throw new UndecidableException("an unknown field");

    private MethodBase ResolveMethod(int token) =>
        _method.Module.ResolveMethod(token, _typeArguments, _methodArguments) ?? throw new UndecidableException("an unknown method");
}
