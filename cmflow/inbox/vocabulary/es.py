"""What people write in Spanish."""

from cmflow.inbox.vocabulary.record import Vocabulary
from cmflow.model import Label

spanish = Vocabulary(
    "Spanish",
    {
        Label.COMPLAINT: {
            3: """
                injugable, desinstalada, desinstalado, desinstalo, me lo explican, me lo explicáis, me lo explica,
                me explican por qué, no avisaron, no avisan, no avisasteis, se partió, se rasgó, se descosió,
                gracias por nada, a esto llaman, cómo es posible, dónde está mi dinero, mi dinero, me robaron,
                perdieron mi, han perdido mi, habéis perdido mi, sigue sin aparecer, siguen sin, no aparece, no
                apareció, nunca apareció, nunca aparecieron, no ha venido, nunca vino, no vino, no encienden, no
                enciende, no se enciende, ni encienden, ni enciende, ni siquiera, no arranca, no conecta, no se
                conecta, no cabe, se apaga, se congela, se traba, se cuelga, nadie hace nada, a nadie le importa,
                nadie da, sin avisar, sin aviso, sin explicación, sin disculpa, ninguna explicación, ninguna
                disculpa, ninguna respuesta, ni una disculpa, ni una explicación, prometieron, me prometieron,
                habíais prometido, prometisteis, hemos perdido todo, borraron mis, borró mis, borró todas, borró
                todo, me di de baja, di de baja, me cobran, siguen cobrando, cobrando, la calidad ha, ha bajado
                un, ha bajado mucho, antes venía, antes era mejor, antes me gustaba, antes estaba, trato a las,
                mal trato, trato pésimo, trató fatal, trataron fatal, nos trató, me trató, me trataron, llegó
                fría, llegó frío, llegó tarde, llegó mal, llegó abierto, mal escrito, mal hecho, mal organizado,
                muy mal, muy malo, muy mala, muy decepcionada, muy decepcionado, nada contento, nada contenta,
                nada satisfecho, nada satisfecha, no estoy contento, no estoy contenta, no estoy satisfecho, no
                estoy satisfecha, no recomendable, no vayan, no vayáis, no vuelvo más, eviten, evitad, como de
                costumbre, de retraso, minutos tarde, hora tarde, en caja resulta, fuera de servicio, no valen, no
                merece, horas de espera, hora de espera, colas de, la misma historia, encima la, encima me, encima
                el, todo mojado, anuncio entre, anuncios entre, tanto anuncio, tanta publicidad, segunda vez que,
                tercera vez que, cuarta vez que, tercera vez este, segunda vez este, no compren, no compréis, no
                recomiendo, no es lo que pedí, esto no es lo que, no hay manera de, no hay forma de, no hacen
                nada, no hacéis nada, ni un cartel, un pelo en, encuentro un, se rompió, se rompieron, se me
                rompió, perdí todas, perdí todo, perdí todos, he perdido todo, me mandaron una, me enviaron una,
                van atrasados, va atrasado, dinero tirado, euros tirados, pasa de largo, no aceptan devoluciones,
                suben el precio, suben los precios, no funciona, no funcionan, no me funciona, no funcionó, no me
                funcionó, no sirve, no sirven, no me sirve, dejó de funcionar, sigue sin, siguen sin, sigo sin,
                seguimos sin, todavía no, aún no, sigo esperando, seguimos esperando, llevo esperando, llevo una
                semana, llevo dos, llevo tres, llevo días, llevo semanas, llevo meses, llevo horas, nunca llegó,
                no ha llegado, no me ha llegado, no llegó, no me llegó, no llega, no me llega, nunca llega, no he
                recibido, no recibí, nunca recibí, quiero mi dinero, devuélvanme, devolvedme, devuelvan mi,
                devolución de mi dinero, quiero un reembolso, exijo, quiero una devolución, nadie responde, nadie
                contesta, nadie me responde, nadie me contesta, no responden, no contestan, no me responden, no me
                contestan, sin respuesta, no hay respuesta, queja*, reclamación*, reclamo*, reclamaciones, hoja de
                reclamaciones, inaceptable, intolerable, vergonzoso, vergonzosa, qué vergüenza, una vergüenza,
                vergüenza, estafa, estafado, estafada, estafadores, timo, tomadura de pelo, toman el pelo, tomando
                el pelo, nunca más, jamás vuelvo, no vuelvo, no volveré, pésimo, pésima, pésimos, lamentable,
                indignante, indignado, indignada, cobrado dos veces, cobraron dos veces, cobro doble, doble cobro,
                cargo duplicado, me cobraron, me han cobrado, publicidad engañosa, engañosa, engaño, mienten,
                mentira, llegó roto, llegó rota, llegó dañado, vino roto, roto al, mal servicio, mala atención,
                mal atendido, falta de respeto, una falta de, no puedo entrar, no puedo iniciar, no me deja, no
                deja, se cierra sola, se cierra solo, se bloquea, se cae, cancelar mi suscripción, darme de baja,
                me doy de baja, hartos, harta, harto, ya basta, talla equivocada, producto equivocado, pedido
                equivocado, se equivocaron, denuncia, denunciar, consumo denuncia, pérdida de tiempo, pérdida de
                dinero, tirar el dinero, intoxicación, maleducado, maleducada, grosero, grosera""",
            2: """
                desde hace {number}, llevan {number} semanas, llevan {number} días, llevan {number} meses, llevo
                {number} horas, llevo {number} semanas, {number} semanas sin, {number} días sin, {number} meses
                sin, sin vaciarse, sin internet, sin agua, sin luz, sin servicio, sin cobertura, desde el parche,
                desde la actualización, desde que cambiaron, desde que cambiasteis, desde el cambio, ya no sabe,
                ya no funciona, ya no es, encogió, encogieron, filtran, filtraron, me entero por, me enteré por,
                me siguen saliendo, siguen saliendo, no llevan a ninguna, a ninguna parte, una hora para, horas al
                teléfono, dos horas al, no pueden hacer nada, avisé de, avisé en, avisé hace, me sentaron,
                rechazada {number}, tarjeta rechazada, vuelo cancelado, ratas, rompió, rompieron, rasgado, gotea,
                rayado, caducado, caducada, podrido, podrida, moho, sucios, sucias, seca, seco, peligroso,
                peligrosa, ladrones, mentirosos, caos, desastre, pesadilla, absurdo, estúpido, insultante,
                insoportable, penoso, penosa, triste que, harta de, cansado de, cansada de, abandonado,
                abandonada, imposible contactar, imposible hablar, bloqueado, bloqueada, congela, lentitud,
                cortado, dejaron el, dejaron la, mojado, retrasado, retrasada, cancelaron, quitan, quitaron,
                tirados, tirado, ha bajado, ha empeorado, atrasado, atrasados, tardaron, otra vez el, otra vez la,
                de largo, roto, rota, rotos, rotas, dañado, dañada, defectuoso, defectuosa, malo, mala, malísimo,
                malísima, terrible, horrible, fatal, asco, asqueroso, asquerosa, basura, porquería, mierda,
                ridículo, ridícula, decepción, decepcionado, decepcionada, decepcionante, decepcionados,
                frustrante, frustrado, enfadado, enfadada, enojado, enojada, molesto, molesta, furioso, furiosa,
                insatisfecho, insatisfecha, retraso, retrasos, tarde otra, demasiado caro, muy caro, carísimo,
                demasiado lento, muy lento, lentísimo, inútil, incompetentes, inservible, fallo, fallos, falla,
                fallas, fallando, error, errores, avería, averiado, esperando, horas esperando, faltaba, faltan,
                me falta, falta una, falta un, no cumple, no cumplen, no está bien, no es normal, no puede ser, ni
                una respuesta, ni caso, deja mucho que desear, imposible, problemas con, 😡, 🤬, 😠, 😤, 👎, 🤮, 💩""",
            1: """
                todavía, aún, sigue, siguen, pagué, pagamos, compré, compramos, cerrado, cerrada, cancelado,
                cancelada, nadie, ninguna, ningún, rechazada, rechazado, {number} semanas, {number} meses,
                {number} horas, {number} días, {number} veces, {number} correos, {number} llamadas, desde anoche,
                desde ayer, desde el lunes, desde hace, factura, anuncios, barato, en vez de, detrás de una, bajo
                la lluvia, no ha, no han, no me, ya no, así que, reembolso*, devoluciones, cerrada, cerrado,
                llorando, mojado, problema*, mal, peor, lento, lenta, frío, fría, sucio, sucia, caro, cara,
                perdido, perdida, lástima, desgraciadamente, lamentablemente, ruido, tarde, tarda, tardan,
                cancelado, cancelada, nunca, jamás, otra vez, 😞, 😒, 🙄, 😢, 😭""",
        },
        Label.DOUBT: {
            3: """
                abre el, abren el, está abierta, tienen opciones, tenéis opciones, sin gluten?, me pregunto,
                alguien me dice, alguien podría, alguien puede, me gustaría preguntar, se va a grabar, hay
                ascensor, hay aparcamiento, hay parking, quién pintó, quién escribió, quién canta, cómo se llama,
                dónde cambiar, sirve para, vale también, por cuánto, es gratis, es gratuito, queda sitio, quedan
                entradas, quedan plazas, buscan gente, buscáis gente, cómo puedo, cómo se, cómo hago, cómo
                podemos, cómo funciona, cómo hacer, cómo puede, dónde puedo, dónde se, dónde está, dónde están,
                dónde queda, dónde compro, dónde comprar, dónde podemos, cuándo es, cuándo sale, cuándo abre,
                cuándo abren, cuándo estará, cuándo empieza, cuándo será, cuándo llega, cuánto cuesta, cuánto
                cuestan, cuánto vale, cuánto valen, cuánto tarda, cuánto tiempo, cuántos, cuántas, cuánto es, qué
                precio, qué horario, qué hora, qué días, qué día, qué talla, qué diferencia, qué significa, qué
                pasa si, qué necesito, qué hay que, cuál es, cuáles son, cuál me, es posible, sería posible, se
                puede, se pueden, podría decirme, podrían decirme, me pueden decir, pueden decirme, podéis
                decirme, me podéis decir, me puedes decir, me podrían decir, sabéis si, saben si, sabe alguien,
                alguien sabe, alguien me puede, hacen envíos, hacéis envíos, hay envíos, envían a, enviáis a, hay
                que, hace falta, es necesario, tengo una duda, tengo una pregunta, una duda, una pregunta, una
                consulta, mi duda, duda*, pregunta*, consulta*, no entiendo, no me queda claro, no lo entendí, no
                entendí, no sé cómo, no sé si, quería saber, quisiera saber, me gustaría saber, quiero saber,
                necesito saber, a qué hora, hasta cuándo, desde cuándo, hasta qué, para cuándo, para qué sirve""",
            2: """
                ^qué documentos, ^para qué, ^se pueden, ^se puede, 🤔, ayuda, ayudarme, explicarme, aclarar, ^cómo,
                ^dónde, ^cuánto, ^cuál, ^quién, ^por qué, ^puedo, ^podemos, ^aceptan, ^venden, ^ofrecen, ^tienen,
                ^hay, ^está, ^estará, ^abren, ^abre, ^hacen, ^buscan""",
            1: """
                ?, posible, saber, cómo, dónde, cuándo, cuánto, cuál, quién, por qué, puedo, podemos, aceptan,
                venden, ofrecen, tienen, información""",
        },
        Label.SUGGESTION: {
            3: """
                publiquen, publicad, un poco antes, un poco más tarde, más a menudo, no vendría mal, no estaría
                mal, no estaría de más, me encantaría una, me encantaría un, nos encantaría una, podría parar,
                podría ser, podrían parar, podría tener, y si las, y si los, y si el, y si la, sería útil ver,
                pongan, poned, hagan, incluyan, y si abrieran, y si abrierais, y si hicieran, y si pusieran,
                abrieran, hubiera, hubiese, más pequeño, más pequeña, más grande, un descuento para, descuento
                para, que la gente vote, pongan un, pongan más, hagan más, haced más, falta un botón, un botón
                para, podría tener, podría ser, podríamos tener, deberíamos, deberían abrir, deberían tener, por
                favor vuelvan, vuelvan a traer, traigan de vuelta, vengan a, venid a, quedaría mejor, estaría muy
                bien, vendría bien, nos vendría bien, me encantaría poder, me gustaría poder, poned, pongan,
                añadid un, añadan un, podría salir, podrían abrir, modo oscuro, hagan una, haced una, estaría bien
                que, estaría bien, estaría genial, estaría guay, estaría bueno, sería genial que, sería genial,
                sería bueno que, sería bueno, sería ideal, sería útil, sería una buena, sería mejor, sería
                estupendo, sería chévere, sería interesante, deberían, deberíais, debería haber, podrían añadir,
                podríais añadir, podrían agregar, podríais, podrían poner, podríais poner, podrían hacer, podrían
                ofrecer, podrían incluir, por favor añadan, añadid, agreguen, añadan, sugiero, os sugiero, les
                sugiero, sugerencia*, propongo, una idea, idea para, mi idea, se me ocurre, han pensado en, habéis
                pensado en, han considerado, habéis considerado, y si, por qué no hacen, por qué no ponen, por qué
                no hacéis, por qué no ponéis, me gustaría que, nos gustaría que, me encantaría que, me encantaría
                ver, me gustaría ver, ojalá, hace falta una, hace falta un, echo de menos una, echo en falta,
                mejorar, mejoraría, mejora*, la próxima vez, a la próxima, una opción para, más opciones, vuelvan
                a, volved a, preferiría, preferiríamos, solo faltaría, solo le falta, lo único que le falta""",
            2: "idea, ideas, añadir, agregar, en vez de, en lugar de, considerar, 💡",
            1: "podrían, podría, sería, estaría, quizá, quizás, tal vez, opción",
        },
        Label.PROPOSAL: {
            3: """
                soy productora, soy productor, productora de un, rodar en su, rodar en vuestro, con quién hablo,
                estaríamos encantados, estaríamos interesados, servir café, dejar muestras, enviar muestras,
                tarifa de grupo, precio de grupo, subasta benéfica, subasta, donarían un, donaríais un, un coro,
                dirijo un, dirijo una, buscamos sala, buscamos un lugar, intercambio de contenidos, entre
                boletines, alumnos en, nuestros alumnos, excursión escolar, les interesa un, les interesa una, os
                interesa un, os interesa una, les interesaría, os interesaría, le interesaría, tengo dos tiendas,
                tengo una tienda, tengo un canal, vender sus, vender vuestras, tarifa para tiendas, tarifa
                mayorista, mayorista, invitarles, invitaros, nos encantaría invitarles, a quién escribimos, a
                quién escribo, hablar con su, busco ponente, buscamos ponente, gastos pagados, alquilar su,
                alquilar vuestro, usar su foto, usar vuestras fotos, traducir su, traducir vuestra, los derechos,
                tiene los derechos, ofrecemos, nuestros servicios, nuestros productos, nuestros clientes, nuestra
                marca, nuestros lectores, nuestros oyentes, nuestra radio, nuestro periódico, nuestro colegio,
                nuestro club, represento a, trabajo para, escribo para, camisetas de nuestro, organizamos una,
                organizamos un, quedan stands, stands, puedo enviarles, puedo enviaros, el dosier, dosier, hago
                vídeos, hago videos, grabar un, grabar una, somos una, somos un, tenemos un podcast, tenemos una,
                colaboración*, colaborar, colaboraciones, colab, alianza, alianzas, patrocin*, trabajar juntos,
                trabajar con ustedes, trabajar con vosotros, propuesta comercial, propuesta de, propuesta,
                propuestas, oportunidad de negocio, distribuidor*, distribuir sus, distribuir vuestros, al por
                mayor, venta al por mayor, vender sus productos, vender vuestros, soy periodista, periodista de,
                periodista en, una entrevista, entrevistar, entrevistarles, entrevistaros, nuestro podcast,
                nuestra agencia, nuestra empresa, nuestra asociación, nuestro festival, nuestra revista, nuestra
                tienda, nuestra feria, ofrecerles, ofreceros, ofrecer nuestros servicios, embajador*, embajadora,
                afiliados, dar una charla, una ponencia, ponente, invitarles a, invitaros a, invitarlos a, un
                stand, agendar una, una llamada, una reunión, con quién puedo hablar, con quién hablo, a quién
                debo, persona encargada, persona responsable, responsable de marketing, departamento de marketing,
                departamento de comunicación, encargado de, en nombre de, de parte de, presupuesto para""",
            2: """
                organizamos, suscriptores, oyentes, influencer*, creador de contenido, creadora de contenido,
                expositor*, proveedor*, inversor*, inversores, donación, donar, sorteo benéfico, benéfic*, socios,
                convenio""",
            1: "agencia, empresa, asociación, evento, revista, podcast, festival, contactar, negocio, 🤝",
        },
        Label.PRAISE: {
            3: """
                piel de gallina, boca abierta, me alegró la, me alegró el, justo lo que necesitaba, lo que
                necesitaba, justo lo que buscaba, brillante, brillantes, qué temporada, qué partido, qué equipo,
                qué espectáculo, qué noche, simpático, simpática, simpáticos, así sí, gracias a la paciencia,
                aprobé, qué alegría, qué ilusión, emocionante, inspirador, inspiradora, bien dicho, unos cracks,
                cracks, qué crack, sin discusión, mejor pan, no está nada mal, exposición preciosa, qué maravilla,
                trato excelente, excelente trato, arreglado en, que me ayudó, me ayudó, nos ayudó, me ayudaron,
                nos ayudaron, ya funciona, funciona perfecto, funciona de maravilla, gracias de nuevo, otra vez
                gracias, volveremos, volveré seguro, fan de, gran fan, una joya, una pasada, qué pasada, un lujo,
                qué lujo, emocionó, emocionado, emocionada, lloró al, lloré de, lo explica bien, por fin alguien,
                da gusto, dan gusto, os quiero, los quiero, me alegraron, me alegró, me han alegrado, me
                alegrasteis, como nuevo, como nueva, como nuevos, como nuevas, con ganas de, con ganas del, no me
                arrepiento, muchas gracias, mil gracias, muchísimas gracias, gracias por, gracias a todo, gracias
                a todos, gracias al equipo, me encanta, me encantan, me encantó, nos encanta, nos encantó, me ha
                encantado, nos ha encantado, encantada con, encantado con, encantados, me gusta mucho, me gustó
                mucho, me ha gustado mucho, adoro, amo, maravill*, genial, geniales, increíble*, excelente*,
                perfecto, perfecta, fantástico, fantástica, estupendo, estupenda, espectacular*, fenomenal,
                buenísimo, buenísima, buenísimos, riquísimo, riquísima, delicioso, deliciosa, precioso, preciosa,
                hermoso, hermosa, lo mejor, el mejor, la mejor, los mejores, las mejores, buen trabajo, gran
                trabajo, excelente trabajo, felicidades, felicitaciones, enhorabuena, bravo, seguid así, sigan
                así, sigue así, lo recomiendo, la recomiendo, los recomiendo, recomiendo, recomendable, muy
                recomendable, totalmente recomendable, muy contento, muy contenta, muy contentos, muy satisfecho,
                muy satisfecha, muy buen, muy buena, muy bueno, muy bonito, muy bonita, súper útil, muy útil, no
                está mal, no está nada mal, nada mal, no decepciona*, nunca decepcion*, nunca fall*, nunca me han
                fallado, sin queja, ninguna queja, cero quejas, no tengo queja, vale la pena, merece la pena, de
                diez, un diez, un 10, un placer, qué maravilla, qué bonito, qué bien, qué bueno, qué rico, qué
                ganas, me salvaron, me habéis salvado, agradecida, agradecido, sois los mejores, son los mejores,
                un acierto""",
            2: """
                limpios, limpias, limpio, paciencia, cariño, graciasss, lo explica bien, gracias, grax, bueno,
                buena, buenos, bonito, bonita, lindo, linda, guay, chulo, chula, contento, contenta, satisfecho,
                satisfecha, feliz, útil, amable*, bravísimo, olé, ❤, 😍, 🥰, 🙏, 👏, 🎉, 🙌, 💯, 🤩, ♥, 💙, 💚""",
            1: "bien, rápido, rápida, fácil, mejor, gusta, encanta, wow, 👍, 😊, 😀, 🔥, ⭐, 😄, 👌, 💪",
        },
        Label.SPAM: {
            3: """
                manda tu foto, manda tu mejor, envía tu foto, sé embajadora, sé embajador, cámara en vivo, cam en
                vivo, registro gratis, copy trading, grupo de trading, me cambió la vida gracias, sin examen,
                carnet de conducir sin, diploma sin, vendo página, vendo cuenta, precio por privado, precio por
                inbox, remedio natural, sin efectos secundarios, trabajo en línea, trabajo online, al día con,
                regreso a tu, regresa a tu, tu ex en, trabajo garantizado, resultados garantizados, estoy solita,
                estoy sola, hola guapo, hola guapa, mira mis fotos, mis fotos en, invierte y, recibe {money},
                recibe el doble, contacta a la, contacta al señor, escríbanle, escríbele al, contáctelo,
                contáctala, bajé * kilos, perdí * kilos, kilos en, 100 segura, segura únete, primer lugar de
                google, de google en, auditoría gratis, seguidores por {money}, mil seguidores, followers, donar
                {money}, quiero donar, {money} al día, {money} diarios, gana {money}, con tu celular, desde tu
                celular, con tu móvil, de imitación, confirme aquí, confirme su, únete a mi, únete al canal, canal
                de telegram, grupo de telegram, por inbox, te explico por, será desactivada, será desactivado,
                será eliminada, será eliminado, infringir las normas, infringir nuestras, eres el ganador, eres la
                ganadora, ganador de un, envío mundial, envíos a todo el mundo, réplica*, de imitación, soy una
                viuda, viuda, persona de confianza, haz clic, haz click, haga clic, gana dinero, ganar dinero,
                gane dinero, ganas de ganar dinero, gana hasta, ganar hasta, ingresos extra, ingreso extra,
                ingresos pasivos, ingreso pasivo, libertad financiera, trabaja desde casa, trabajo desde casa,
                duplica tu, duplique su, multiplica tu, inversión segura, inversión mínima, ganancias
                garantizadas, ganancias diarias, ganancias semanales, criptomoneda*, cripto, crypto, bitcoin*,
                forex, trading, trader, usdt, nft*, plataforma de inversión, préstamo*, prestamo rápido, crédito
                inmediato, crédito rápido, sin buró, sin aval, brujo, bruja, brujería, amarre*, amarres de amor,
                vidente, tarot, tarotista, hechizo*, maestro espiritual, retorno de pareja, más seguidores,
                comprar seguidores, seguidores gratis, compra seguidores, aumenta tus seguidores, consigue
                seguidores, seguidores reales, impulsa tu, haz crecer tu, link en mi bio, enlace en mi bio, link
                en bio, enlace en la bio, mira mi perfil, visita mi perfil, revisa mi perfil, entra a mi perfil,
                entra en mi perfil, sígueme y te sigo, te sigo de vuelta, sigo de vuelta, suscríbete a mi,
                suscríbanse a mi, mi canal, haz clic aquí, haz click aquí, clic aquí, click aquí, da clic, pincha
                aquí, has ganado, ha ganado, ha sido seleccionado, has sido seleccionado, felicidades has, iphone
                gratis, tarjeta de regalo, casino, apuestas, apuesta, pronósticos, partidos arreglados, cuota
                segura, chicas calientes, chicas solteras, contenido para adultos, packs, mi pack, onlyfans, citas
                online, sexy, escríbeme al whatsapp, escríbeme por whatsapp, por whatsapp, al whatsapp, al wasap,
                telegram, baja de peso, bajar de peso, perder peso, adelgazar, quema grasa, posicionamiento web,
                posicionamiento seo, primera página de google, su cuenta será, tu cuenta será, cuenta suspendida,
                será suspendida, verifica tu cuenta, verifique su cuenta, infracción de, derechos de autor,
                herencia, millones de dólares""",
            2: """
                entrega rápida, coach, a {mention}, en {mention}, pedidos por whatsapp, registrado, confirme aquí,
                confirma aquí, confirme su, baratos, baratas, whatsapp, inversión, invertir, invierte, seguidores,
                código promocional, oferta limitada, 100% gratis, 100% real, querido amigo, estimado usuario,
                estimado cliente, hola querido, hola querida, {money} diarios, {money} al día, {money} a la
                semana, {money} semanales, {money} por semana, {money} por día, sin riesgo, gracias al señor,
                gracias a la señora, 💰, 🤑, 💸, 🔞, 💋""",
            1: "{link}, {phone}, {money}, gratis, bono, ganador*, promo*, garantizad*, ganancia*, inbox, 🚀, 👇, 💵",
        },
    },
    neutral="""
        no hay problema, ningún problema, sin problema, sin problemas, no pasa nada, problema resuelto, problema
        solucionado, gracias de antemano, de antemano gracias, gracias por su respuesta, gracias por la respuesta,
        gracias por nada, no gracias, sin errores, sin fallos, ni caro, nada caro, no es caro, buenos días, buenas
        tardes, buenas noches, buena tarde, mala idea no, más tarde, por la tarde, esta tarde, de la tarde, hasta
        tarde, entrada gratis, nada malo, cara a cara""",
    negations="no, nunca, jamás, ni, sin, tampoco, nada, ningún, ninguna, lejos de",
    boosters="solo, sólo, solamente",
    common="""
        el la los las un una unos unas de del y o pero es son era ser estar está están yo tú él ella nosotros
        vosotros ustedes mi mis tu tus su sus nuestro vuestra este esta estos eso a al en con por para sin sobre
        no que qué quien cómo cuando muy más si ya hola buenas gracias favor me te se lo le les os nos hay tengo""",
)
